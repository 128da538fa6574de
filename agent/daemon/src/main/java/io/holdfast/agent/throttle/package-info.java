/**
 * Speed limits (OPT-10, OPT-11): token buckets whose rate follows a schedule of daily windows, can
 * be replaced while bytes flow and are shared by all streams and sessions that name the same
 * limiter. A rate of 0 holds everything where it is, for as long as it lasts, without any time
 * limit. Knows neither disks nor pools; time is injected.
 */
package io.holdfast.agent.throttle;
