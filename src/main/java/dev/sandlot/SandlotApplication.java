package dev.sandlot;

import dev.sandlot.http.ApiPath;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The API's root. Resources and providers are found by their annotations. */
@ApplicationPath(ApiPath.ROOT)
public class SandlotApplication extends Application {}
