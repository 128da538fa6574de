/**
 * What becomes of restore points after they were made (POOL-09, POOL-10): retention after each
 * success, its preview, deletion and protection by hand. The pool decides and remembers; the
 * catalog's rows follow what it says, and after a crash in between they follow later. Knows no
 * bytes and no timer.
 */
package io.holdfast.server.retention;
