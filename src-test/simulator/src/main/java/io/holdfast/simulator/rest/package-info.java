/** The CVM's REST interface: logins, JSON style, errors, and the calls by subject. */
package io.holdfast.simulator.rest;
