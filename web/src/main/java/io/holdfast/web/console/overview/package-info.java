/** The first page: counts, what runs now, what ran last. */
package io.holdfast.web.console.overview;
