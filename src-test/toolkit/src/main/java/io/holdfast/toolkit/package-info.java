/**
 * What tests share: seeded disk contents, digests, faults and the contract suites that every disk
 * source and target must pass. Knows agent/contract and JUnit only, never an implementation. Every
 * random choice comes from a seed that {@link io.holdfast.toolkit.Seed} prints on failure.
 */
package io.holdfast.toolkit;
