/** What JSX becomes in the bundle: shorter there than the automatic runtime, which the tests use. */
export { Fragment, createElement as h } from "preact";
