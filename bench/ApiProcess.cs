using System.Diagnostics;
using WazoPlugind.StandIn;

namespace WazoPlugind.Bench;

/// <summary>The front end as a process of its own, and how much processor time it takes.</summary>
internal sealed class ApiProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private ApiProcess(Process process, int port)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        _http.DefaultRequestHeaders.Add("X-Auth-Token", StandInServer.MasterToken);
    }

    public static async Task<ApiProcess> StartAsync(string configFile, int port)
    {
        var program = Path.Join(AppContext.BaseDirectory, "wazo-plugind-api.dll");
        var start = new ProcessStartInfo("dotnet", [program, "-c", configFile])
        {
            RedirectStandardError = true,
            Environment = { ["WAZO_VERSION"] = "17.10" },
        };
        var process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, _) => { };
        process.Start();
        process.BeginErrorReadLine();
        var api = new ApiProcess(process, port);
        while (!await api.IsReadyAsync())
            await Task.Delay(50);
        return api;
    }

    /// <summary>Asks for a path a number of times, and gives the processor time of one, in milliseconds.</summary>
    public async Task<double> MeasureAsync(string path, int times)
    {
        _process.Refresh();
        var before = _process.TotalProcessorTime;
        for (var i = 0; i < times; i++)
            (await _http.GetByteArrayAsync(path)).AsSpan();
        _process.Refresh();
        return (_process.TotalProcessorTime - before).TotalMilliseconds / times;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync("/0.2/plugins");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
