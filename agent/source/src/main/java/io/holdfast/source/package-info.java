/**
 * What the disk sources share. Each technology has a package of its own below this one and knows
 * the SPI in {@code io.holdfast.source.spi}, never a sibling. Bytes that were not received are
 * never reported as read.
 */
package io.holdfast.source;
