/** The page of the storage pools: what is there, how full, and the dialog that makes one. */
package io.holdfast.web.console.pools;
