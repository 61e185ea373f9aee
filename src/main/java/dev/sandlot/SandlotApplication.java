package dev.sandlot;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The API's root. Resources and providers are found by their annotations. */
@ApplicationPath("/api/v1")
public class SandlotApplication extends Application {}
