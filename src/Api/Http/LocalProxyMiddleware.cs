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
    private const string ScriptName = "X-Script-Name";

    /// <summary>Which of the forwarded headers are read, by ASP.NET's own middleware, after this.</summary>
    public static readonly ForwardedHeadersOptions Forwarded = new()
    {
        ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
    };

    // Marks a request; the middleware that follows takes the headers away.
    private static readonly object DirectlyLocal = new();

    /// <summary>Whether a request comes from a program of this machine itself, and through no proxy: whoever that passes on may be anywhere.</summary>
    /// <param name="context">The request.</param>
    public static bool IsDirectlyLocal(HttpContext context) => context.Items.ContainsKey(DirectlyLocal);

    /// <summary>Runs the request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address))
        {
            var headers = context.Request.Headers;
            if (!headers.Keys.Any(IsOfProxy))
                context.Items[DirectlyLocal] = true;
            var prefix = headers[ScriptName].ToString();
            if (Prefix.IsMatch(prefix))
                context.Request.PathBase = prefix;
        }

        return next(context);
    }

    private static bool IsOfProxy(string header) =>
        header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.Equals(ScriptName, StringComparison.OrdinalIgnoreCase);

    // It is written into answers.
    [GeneratedRegex(@"\A(/[A-Za-z0-9._~-]{1,100}){1,10}\z")]
    private static partial Regex Prefix { get; }
}
