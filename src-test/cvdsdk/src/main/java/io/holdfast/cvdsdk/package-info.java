/**
 * The stand-in of the CVD-SDK for tests: the library compiled from this module's C source. Knows
 * nothing of the product; the product knows nothing of it and loads it as it loads the vendor's.
 */
package io.holdfast.cvdsdk;
