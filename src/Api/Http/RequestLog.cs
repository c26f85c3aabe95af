using System.Diagnostics;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Hosting.Log;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Api.Http;

/// <summary>
/// Logs each request in one line, with the trace that it belongs to (W3C Trace Context), and with its id: the caller's, else that trace, else a
/// new one. All lines about it have the id, and so has the answer.
/// </summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="time">The clock of the durations.</param>
/// <param name="logger">Takes the lines.</param>
internal sealed partial class RequestLog(RequestDelegate next, TimeProvider time, ILogger<RequestLog> logger)
{
    /// <summary>The header of the id.</summary>
    public const string IdHeader = "X-Request-Id";

    private const int ShownPathLength = 256;

    // What nginx logs for a client that went away.
    private const int ClientClosedRequest = 499;

    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var startedAt = time.GetTimestamp();
        // Before anything rewrites it. Escaped, as it came; without the query, which may hold anything.
        var path = context.Request.Path.ToUriComponent();
        var trace = ActivityContext.TryParse(context.Request.Headers.TraceParent, null, out var parent)
            ? parent.TraceId.ToHexString()
            : RequestId.Create();
        context.TraceIdentifier = RequestId.Take(context.Request.Headers[IdHeader]) ?? trace;
        context.Response.Headers[IdHeader] = context.TraceIdentifier;
        using (logger.BeginRequest(context.TraceIdentifier))
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
            context.TraceIdentifier,
            trace);
    }

    [LoggerMessage(LogLevel.Information, "{Method} {Path} {Status} in {Milliseconds:0.0} ms, token {Token}, from {Client}, request {Request}, trace {TraceId}")]
    private partial void LogRequest(
        string method, string path, int status, double milliseconds, string token, string client, string request, string traceId);
}
