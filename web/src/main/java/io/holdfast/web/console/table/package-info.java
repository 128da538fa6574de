/** Lazy tables: a page of rows at a time from a service, for lists of any length (CON-02). */
package io.holdfast.web.console.table;
