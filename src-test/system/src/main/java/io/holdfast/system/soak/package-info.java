/** kill -9 at random moments for as long as one likes: the launcher's {@code soak}. */
package io.holdfast.system.soak;
