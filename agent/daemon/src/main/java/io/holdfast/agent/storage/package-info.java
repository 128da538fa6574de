/**
 * What both ends of the storage protocol share: messages that carry chunk records without copying
 * them, and the engine's types as the protocol tells them. See {@code storage-protocol.md}.
 */
package io.holdfast.agent.storage;
