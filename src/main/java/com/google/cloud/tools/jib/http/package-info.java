/** Of the registry library; one class of ours that it must find here. */
@NullMarked
package com.google.cloud.tools.jib.http;

import org.jspecify.annotations.NullMarked;
