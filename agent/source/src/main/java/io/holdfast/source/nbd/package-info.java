/**
 * A client of the NBD protocol in plain Java: fixed newstyle, structured replies, many requests in
 * flight on several connections. Knows the SPI only. Every connection has one thread that sends and
 * one that receives; a buffer is handed back, by completing its future, only when neither touches
 * it any more.
 */
package io.holdfast.source.nbd;
