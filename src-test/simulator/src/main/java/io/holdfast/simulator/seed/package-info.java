/** What a new state folder begins with, and content for disks. */
package io.holdfast.simulator.seed;
