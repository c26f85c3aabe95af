namespace WazoPlugind.Harness;

/// <summary>Waits for what nobody tells: a state of the machine, of a file, of the API. Else events are waited for.</summary>
public static class Wait
{
    /// <summary>Looks until a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What fails to come, for the failure.</param>
    public static Task UntilAsync(Func<Task<bool>> condition, string what) =>
        ForAsync<object>(async () => await condition() ? new object() : null, () => what);

    /// <summary>Looks until there is something.</summary>
    /// <param name="find">Looks for it.</param>
    /// <param name="what">What fails to come, for the failure.</param>
    public static async Task<T> ForAsync<T>(Func<Task<T?>> find, Func<string> what)
        where T : class
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if (await find() is { } found)
                return found;
            await Task.Delay(50);
        }

        throw new TimeoutException("it did not come: " + what());
    }
}
