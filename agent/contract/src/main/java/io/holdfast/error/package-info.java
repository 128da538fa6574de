/**
 * The product's errors and notices: one enum each, one bundle for their texts in English and
 * Chinese. Knows nothing of the rest. A message names the thing, the value and the way out, and
 * never a secret.
 */
package io.holdfast.error;
