using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace WazoPlugind.StandIn;

/// <summary>The market: an answer that can be set, and how often it was asked for.</summary>
public sealed class StandInMarket
{
    private const string EmptyBody = """{"items": []}""";

    private int _requests;
    private int _transfers;
    private int _changes;

    private readonly DateTimeOffset _startedAt = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The body, JSON or not.</summary>
    public string Body
    {
        get;
        set => (field, _changes) = (value, _changes + 1);
    } = EmptyBody;

    /// <summary>The HTTP status.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    /// <summary>Whether answers carry an ETag, and questions with it are answered 304.</summary>
    public bool HasTags { get; set; } = true;

    /// <summary>Whether answers carry Last-Modified, and questions with it are answered 304.</summary>
    public bool HasDates { get; set; }

    /// <summary>Answers wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>How often it was asked.</summary>
    public int Requests => _requests;

    /// <summary>How often it gave its body.</summary>
    public int Transfers => _transfers;

    internal async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        await Gate.WaitAsync(context.RequestAborted);
        var asked = new RequestHeaders(context.Request.Headers);
        var tag = new EntityTagHeaderValue($"\"{_changes}\"");
        var changedAt = _startedAt.AddSeconds(_changes);
        var answer = new ResponseHeaders(context.Response.Headers);
        if (HasTags)
            answer.ETag = tag;
        if (HasDates)
            answer.LastModified = changedAt;
        if ((HasTags && asked.IfNoneMatch.Contains(tag)) || (HasDates && asked.IfModifiedSince >= changedAt))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        Interlocked.Increment(ref _transfers);
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Body);
    }

    internal async Task SetAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Body = await reader.ReadToEndAsync();
    }
}
