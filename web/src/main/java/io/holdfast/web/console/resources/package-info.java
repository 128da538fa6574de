/**
 * Pages of the resources: agents with their access keys, platforms. Calls the agent and inventory
 * services; a platform's password goes in and never comes out (RES-07).
 */
package io.holdfast.web.console.resources;
