/** The demo: a newcomer's first hour in a few minutes, through the same API a scripter has. */
package io.holdfast.system.demo;
