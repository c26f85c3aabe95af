using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using WazoPlugind.StandIn;

namespace WazoPlugind.Acceptance;

/// <summary>Reads what happens in operations as it happens, as a client does.</summary>
public sealed class EventStreamReader : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new();
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>>? _items;

    private EventStreamReader(HttpClient http, HttpResponseMessage response, Stream? body)
    {
        (_http, _response) = (http, response);
        _items = body is null ? null : SseParser.Create(body).EnumerateAsync().GetAsyncEnumerator();
    }

    public HttpStatusCode Status => _response.StatusCode;

    /// <summary>The id of the last event.</summary>
    public string LastId { get; private set; } = "";

    /// <summary>Whether the server has ended the stream.</summary>
    public bool HasEnded { get; private set; }

    public static async Task<EventStreamReader> OpenAsync(int port, string path, string? lastId = null, string token = StandInServer.MasterToken)
    {
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Patience };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Auth-Token", token);
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            Assert.Equal(
                ("text/event-stream", "no", true),
                (response.Content.Headers.ContentType!.MediaType, response.Headers.GetValues("X-Accel-Buffering").Single(), response.Headers.CacheControl!.NoStore));
        }

        return new EventStreamReader(http, response, response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadAsStreamAsync() : null);
    }

    /// <summary>The next event; <c>null</c> at the end.</summary>
    public async Task<(string Kind, JsonNode Data)?> NextAsync()
    {
        if (!await _items!.MoveNextAsync().AsTask().WaitAsync(Patience))
        {
            HasEnded = true;
            return null;
        }

        LastId = _items.Current.EventId ?? LastId;
        return (_items.Current.EventType, JsonNode.Parse(_items.Current.Data)!);
    }

    /// <summary>The lines that are told until one comes, or until the end.</summary>
    public async Task<IReadOnlyList<string>> LinesUntilAsync(string? last = null)
    {
        List<string> lines = [];
        while (lines.LastOrDefault() is var line && (line is null || line != last) && await NextAsync() is var (kind, data))
        {
            if (kind == "output")
                lines.AddRange(data["lines"]!.AsArray().Select(written => written!["text"]!.GetValue<string>()));
        }

        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        // The enumeration may wait for what never comes.
        _http.Dispose();
        _response.Dispose();
        await Task.CompletedTask;
    }
}
