package io.holdfast.server.agent;

/**
 * A module an agent has, and whether it can work.
 *
 * @param name {@code h3c-cas}, {@code storage}…
 * @param available false: installed but something it needs is missing
 * @param detail what is missing and where it was looked for; empty when available
 */
public record AgentCapability(String name, boolean available, String detail) {}
