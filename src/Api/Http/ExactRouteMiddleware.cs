using Microsoft.AspNetCore.Routing.Patterns;

namespace WazoPlugind.Api.Http;

/// <summary>
/// Tells capital letters from small ones in paths and methods, as the replaced service did (RFC 3986, 6.2.2.1; RFC 9110, 9.1);
/// routing does not.
/// </summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="routes">All routes.</param>
internal sealed class ExactRouteMiddleware(RequestDelegate next, EndpointDataSource routes)
{
    /// <summary>Runs the request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value);
        // Without one, routing has found nothing.
        if (context.GetEndpoint() is not { } endpoint || string.IsNullOrEmpty(path))
            return next(context);
        if (IsAt(endpoint, path) && MethodsOf(endpoint).Contains(method))
            return next(context);
        string[] methods = [.. routes.Endpoints.Where(route => IsAt(route, path)).SelectMany(MethodsOf).Distinct()];
        if (methods.Length == 0 || methods.Contains(method))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = string.Join(", ", methods);
        }

        return Task.CompletedTask;
    }

    private static bool IsAt(Endpoint endpoint, string path)
    {
        // What routing answers with itself, for a method that the path does not take, has no path.
        if (endpoint is not RouteEndpoint { RoutePattern.PathSegments: var segments })
            return false;
        var written = path.AsSpan(1);
        var count = 0;
        foreach (var range in written.Split('/'))
        {
            if (count == segments.Count || !Fits(segments[count++], written[range]))
                return false;
        }

        return count == segments.Count;
    }

    private static bool Fits(RoutePatternPathSegment segment, ReadOnlySpan<char> written) =>
        segment.Parts is [RoutePatternLiteralPart literal] ? written.SequenceEqual(literal.Content) : !written.IsEmpty;

    private static IReadOnlyList<string> MethodsOf(Endpoint endpoint) => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
}
