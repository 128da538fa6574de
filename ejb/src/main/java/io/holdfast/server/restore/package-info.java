/**
 * Restore jobs: which restore point goes where and how, kept so that they can be edited and run
 * again (RST-07), and the captcha asked before one is accepted (CAS-18). Uses runs for the
 * execution; runs do not know this package. Invariant: a stored definition is complete; what has
 * become impossible since is said when it is planned.
 */
package io.holdfast.server.restore;
