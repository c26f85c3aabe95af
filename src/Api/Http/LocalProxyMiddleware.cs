using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.HttpOverrides;

namespace WazoPlugind.Api.Http;

/// <summary>
/// Believes what a proxy on this machine says of the request that it passes on: <c>X-Script-Name</c>, the prefix that it took
/// off the path, and <c>X-Forwarded-*</c>. From anywhere else these headers mean nothing.
/// </summary>
/// <param name="next">The rest of the pipeline.</param>
internal sealed partial class LocalProxyMiddleware(RequestDelegate next)
{
    /// <summary>Which of the forwarded headers are read, by ASP.NET's own middleware, after this.</summary>
    public static readonly ForwardedHeadersOptions Forwarded = new()
    {
        ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
    };

    /// <summary>Runs the request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var prefix = context.Request.Headers["X-Script-Name"].ToString();
        if (context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && Prefix.IsMatch(prefix))
            context.Request.PathBase = prefix;
        return next(context);
    }

    // It is written into answers.
    [GeneratedRegex(@"\A(/[A-Za-z0-9._~-]{1,100}){1,10}\z")]
    private static partial Regex Prefix { get; }
}
