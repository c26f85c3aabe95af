namespace WazoPlugind.Harness;

/// <summary>The machine's one broker: tests that only use it do so together, whichever process they are in; one that restarts it is alone.</summary>
public static class BrokerUse
{
    private const string Turn = "plugind-tests-broker-turn";
    private const string Use = "plugind-tests-broker-use";

    /// <summary>Uses the broker beside others.</summary>
    /// <returns>Ends the use.</returns>
    public static async Task<IDisposable> TogetherAsync()
    {
        // Behind whoever waits to be alone.
        using (await TakeAsync(Turn, FileShare.None))
            return await TakeAsync(Use, FileShare.Read);
    }

    /// <summary>Has the broker alone.</summary>
    /// <returns>Ends the use.</returns>
    public static async Task<IDisposable> AloneAsync()
    {
        using (await TakeAsync(Turn, FileShare.None))
            return await TakeAsync(Use, FileShare.None);
    }

    // On Unix .NET shares files by flock(2).
    private static Task<IDisposable> TakeAsync(string name, FileShare share) => Wait.ForAsync<IDisposable>(
        () =>
        {
            try
            {
                return Task.FromResult<IDisposable?>(new FileStream(Path.Join(Path.GetTempPath(), name), FileMode.OpenOrCreate, FileAccess.Read, share));
            }
            catch (IOException)
            {
                return Task.FromResult<IDisposable?>(null);
            }
        },
        () => "the broker's turn");
}
