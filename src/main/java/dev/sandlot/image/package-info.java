/** OCI images: pulled from registries, verified, unpacked once for each layer, and let go when room is needed. */
@NullMarked
package dev.sandlot.image;

import org.jspecify.annotations.NullMarked;
