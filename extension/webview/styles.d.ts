/** Style sheets are imported for the bundler, which puts them into `webview.css`. */
declare module "*.css";
