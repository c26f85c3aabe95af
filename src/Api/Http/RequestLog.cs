using System.Diagnostics;
using WazoPlugind.Api.Authentication;

namespace WazoPlugind.Api.Http;

/// <summary>Logs each request in one line, with the trace that it belongs to (W3C Trace Context) or one of its own.</summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="time">The clock of the durations.</param>
/// <param name="logger">Takes the lines.</param>
internal sealed partial class RequestLog(RequestDelegate next, TimeProvider time, ILogger<RequestLog> logger)
{
    private const int ShownPathLength = 256;

    // What nginx logs for a client that went away.
    private const int ClientClosedRequest = 499;

    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var startedAt = time.GetTimestamp();
        // Before anything rewrites it. Escaped, as it came; without the query, which may hold anything.
        var path = context.Request.Path.ToUriComponent();
        context.TraceIdentifier = ActivityContext.TryParse(context.Request.Headers.TraceParent, null, out var parent)
            ? parent.TraceId.ToHexString()
            : ActivityTraceId.CreateRandom().ToHexString();
        await next(context);
        var status = context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted
            ? ClientClosedRequest
            : context.Response.StatusCode;
        LogRequest(
            context.Request.Method,
            path.Length > ShownPathLength ? path[..ShownPathLength] : path,
            status,
            time.GetElapsedTime(startedAt).TotalMilliseconds,
            Authenticator.Shortened(Authenticator.TokenOf(context.Request)),
            context.Connection.RemoteIpAddress?.ToString() ?? "-",
            context.TraceIdentifier);
    }

    [LoggerMessage(LogLevel.Information, "{Method} {Path} {Status} in {Milliseconds:0.0} ms, token {Token}, from {Client}, trace {TraceId}")]
    private partial void LogRequest(
        string method, string path, int status, double milliseconds, string token, string client, string traceId);
}
