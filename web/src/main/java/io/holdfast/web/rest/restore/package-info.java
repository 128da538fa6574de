/** Restore jobs and the captcha asked before them. */
package io.holdfast.web.rest.restore;
