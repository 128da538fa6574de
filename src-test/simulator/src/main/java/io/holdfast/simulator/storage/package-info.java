/** Storage pools as folders and volumes as image files. */
package io.holdfast.simulator.storage;
