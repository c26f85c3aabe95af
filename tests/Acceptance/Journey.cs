namespace WazoPlugind.Acceptance;

/// <summary>A test that makes journeys on the shared platform; at its end every promise to it must have been kept.</summary>
public abstract class Journey(Platform platform) : IAsyncLifetime
{
    protected Platform Platform { get; } = platform;

    /// <summary>An operation ended well; if not, the failure says why.</summary>
    protected static void AssertCompleted(IReadOnlyList<WazoMessage> messages) =>
        Assert.True(messages[^1].Status == "completed", messages[^1].Body.ToJsonString());

    /// <summary>Whether a process runs.</summary>
    /// <param name="command">Its command line, whole.</param>
    protected static async Task<bool> IsRunningAsync(string command) =>
        (await Shell.RunAsync("sh", "-c", "pgrep --full --exact \"$1\" || true", "sh", command)).Length > 0;

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Platform.AssertPromisesKeptAsync();
}
