package io.holdfast.server.alarm;

/**
 * Which alarms are wanted.
 *
 * @param open only those that nobody has acknowledged
 * @param kind of one kind; null: of any
 * @param text part of the name of job or VM; blank: any
 */
public record AlarmFilter(boolean open, AlarmKind kind, String text) {}
