using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests;

/// <summary>Tens of thousands of requests that no client should make, the same in every run.</summary>
[Collection(nameof(Alone))]
public sealed class MutatedRequestsTests
{
    private static readonly int Requests = Environment.GetEnvironmentVariable("PLUGIND_SOAK") == "1" ? 300_000 : 12_000;
    private const int Clients = 4;
    private const long AllowedGrowth = 8 * 1024 * 1024;

    // What the description has, and what HTTP itself has for requests that are not HTTP (RFC 9110): too long an address, too
    // many headers, a version or an encoding that there is not.
    private static readonly int[] Documented = [200, 400, 401, 404, 405, 408, 411, 413, 414, 431, 501, 503, 505];

    private static readonly string[] Words =
    [
        "%00", "%2e%2e", "%2F", "%", "%zz", "/../", "//", "?", "&", "=", ";", "\0", "\r\n", "\n", "\r", "\t", " ", ":", "\u00e9", "\ud83d\ude00",
        "{", "}", "[", "]", "\"", "\\", "\\ud800", "null", "true", "-1", "1e999", "99999999999999999999", "{\"a\":", "[[[[", "git", "market",
        "namespace", "reinstall=maybe", "limit=", "order=versions", "installed=1", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n",
        "Expect: 100-continue\r\n", "Connection: upgrade\r\nUpgrade: h2c\r\n", "X-Auth-Token: ", "Wazo-Tenant: \u00e9\r\n", "Origin: \u00e9\r\n",
        "X-Script-Name: /a\r\n", "X-Forwarded-For: ::1, 1.2.3\r\n", "traceparent: 00-0-0-0\r\n", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "HTTP/9.9",
    ];

    /// <summary>Memory and unobserved exceptions are the whole process's.</summary>
    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;

    [Fact]
    public async Task Get_documented_answers_only_and_leave_nothing_behind()
    {
        var unobserved = new ConcurrentQueue<Exception>();
        void Keep(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Enqueue(e.Exception);
        TaskScheduler.UnobservedTaskException += Keep;
        await using var standIn = await StandInServer.StartAsync(port: 0);
        await using var api = await (await ApiHost.StartAsync(standIn.Address.Port, configuration => configuration with
        {
            WazoVersion = "17.10",
            LogFile = "/dev/null",
            Market = new MarketConfiguration { Host = "127.0.0.1", Port = standIn.Address.Port },
        })).ReadyAsync();
        var recorded = ((string[])["200-market.txt", "200-plugins.txt", "400-install.txt", "400-market.txt", "401.txt", "404.txt", "other-http.txt"])
            .SelectMany(Recording.Read).Select(recording => recording.ToWire()).ToArray();

        // What is kept on purpose (pools, compiled code) is there after the first quarter.
        await SendAllAsync(api, recorded, 0, Requests / 4);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await SendAllAsync(api, recorded, Requests / 4, Requests);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= Keep;

        Assert.Empty(unobserved);
        Assert.True(growth < AllowedGrowth, $"{growth} bytes more than before");
        Assert.Contains("rest_api", await api.GetAsync("/0.2/status"));
    }

    private static Task SendAllAsync(ApiHost api, string[] recorded, int from, int to) => Parallel.ForAsync(
        from, to, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (seed, _) =>
        {
            var request = Mutate(recorded, new Random(seed));
            var (status, head, body) = await SendAsync(api, request);
            Assert.True(
                status is null || (Documented.Contains(status.Value) && (status < 400 || (body.Length == 0 && request.StartsWith("HEAD", StringComparison.Ordinal)) || IsError(body) || IsOfHead(body))),
                $"request {seed}: {request}\nanswer: {head}\n{body}");
        });

    private static string Mutate(string[] recorded, Random random)
    {
        var request = new StringBuilder(recorded[random.Next(recorded.Length)]);
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            var at = random.Next(request.Length);
            // Most of it in the line and the body; headers that are damaged all end the same.
            if (random.Next(2) == 0)
                at = Math.Min(at, Math.Max(1, request.ToString().IndexOf('\r')));
            switch (random.Next(6))
            {
                case 0:
                    request[at] = (char)random.Next(256);
                    break;
                case 1:
                    request.Remove(at, Math.Min(random.Next(1, 12), request.Length - at));
                    break;
                case 2:
                    request.Insert(at, new string((char)random.Next(32, 127), random.Next(1, random.Next(20) == 0 ? 40_000 : 200)));
                    break;
                case 3:
                    var other = recorded[random.Next(recorded.Length)];
                    request.Insert(at, other.AsSpan(random.Next(other.Length)));
                    break;
                default:
                    request.Insert(at, Words[random.Next(Words.Length)]);
                    break;
            }

            if (request.Length == 0)
                request.Append('x');
        }

        return request.ToString();
    }

    private static bool IsError(string body)
    {
        try
        {
            using var error = JsonDocument.Parse(body);
            return ((string[])["message", "error_id", "details", "timestamp"]).All(key => error.RootElement.TryGetProperty(key, out _));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // An answer without a body but with its length, and then the answer to what followed.
    private static bool IsOfHead(string body) => body.StartsWith("HTTP/1.1 ", StringComparison.Ordinal);

    private static async Task<(int? Status, string Head, string Body)> SendAsync(ApiHost api, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", api.Address.Port);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
            // Whoever waits for more of it learns that there is none.
            client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (IOException)
        {
            // Refused before it was sent whole; the answer may be there.
        }

        var answer = "";
        try
        {
            answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (IOException)
        {
        }

        // Several requests in one, or an interim answer: the first final one is looked at.
        while (answer.StartsWith("HTTP/1.1 1", StringComparison.Ordinal) && answer.Split("\r\n\r\n", 2) is [_, var rest])
            answer = rest;
        var parts = answer.Split("\r\n\r\n", 2);
        if (parts.Length < 2)
            return (null, parts[0], "");
        var length = parts[0].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal));
        var body = length is null ? "" : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(parts[1]).AsSpan(0, Math.Min(int.Parse(length[16..]), Encoding.UTF8.GetByteCount(parts[1]))));
        return (int.Parse(parts[0].Split(' ')[1]), parts[0], body);
    }
}
