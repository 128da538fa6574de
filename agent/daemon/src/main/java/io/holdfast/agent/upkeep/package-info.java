/**
 * What keeps the pools of this agent in order, as the server orders it (POOL-09, POOL-10):
 * retention of one VM's restore points, and garbage collection and verification as jobs that
 * outlive the call that started them. Knows no platform; the pool alone remembers what was done.
 */
package io.holdfast.agent.upkeep;
