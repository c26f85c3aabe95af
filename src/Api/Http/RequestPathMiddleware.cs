using Microsoft.AspNetCore.Http.Features;

namespace WazoPlugind.Api.Http;

/// <summary>
/// Takes the path as the client wrote it: <c>..</c> is a name like any other, for which there is no plugin, and a slash at the
/// end is another address. The server would resolve the one and ignore the other.
/// </summary>
/// <param name="next">The rest of the pipeline.</param>
internal sealed class RequestPathMiddleware(RequestDelegate next)
{
    /// <summary>Runs the request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?', 2)[0];
        if (path.Contains("/.", StringComparison.Ordinal) && path[0] == '/')
            context.Request.Path = PathString.FromUriComponent(path);
        if (!path.EndsWith('/'))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
