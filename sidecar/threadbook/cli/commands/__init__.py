"""One file a verb: arguments to params, params to a handler, response to output."""
