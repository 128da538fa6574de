/** Jobs that an administrator starts from the command line (API-02). */
package io.holdfast.batch.start;
