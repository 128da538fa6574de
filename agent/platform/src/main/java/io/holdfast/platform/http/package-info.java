/**
 * What drivers that speak HTTP have in common: how long is waited, and what it means when no reply
 * comes. Knows nothing of any platform. Invariant: every wait is bounded and can be interrupted.
 */
package io.holdfast.platform.http;
