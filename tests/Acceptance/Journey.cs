namespace WazoPlugind.Acceptance;

/// <summary>A test that makes journeys on the shared platform; at its end every promise to it must have been kept.</summary>
public abstract class Journey(Platform platform) : IAsyncLifetime
{
    protected Platform Platform { get; } = platform;

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Platform.AssertPromisesKeptAsync();
}
