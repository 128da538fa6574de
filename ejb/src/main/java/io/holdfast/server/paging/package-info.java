/** One way to ask for a part of a long list and to answer it, for REST and console alike. */
package io.holdfast.server.paging;
