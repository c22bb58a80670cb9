"""Be told to look: what changes in the home reaches the index, and then the others.

`watch.feed.Feed` is the door. The only room that knows watchdog.
"""
