/** Makes the disk images that everybody backs up. */
package io.holdfast.bench.image;
