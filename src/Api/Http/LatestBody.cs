namespace WazoPlugind.Api.Http;

/// <summary>Keeps the body that was written last, for as long as it is asked for the same thing: a long list costs much to write.</summary>
/// <typeparam name="T">What a body is written of.</typeparam>
internal sealed class LatestBody<T>
    where T : class
{
    private volatile Tuple<T, ReadOnlyMemory<byte>>? _latest;

    /// <summary>The body of a thing.</summary>
    /// <param name="source">The thing, which does not change.</param>
    /// <param name="write">Writes its body.</param>
    public ReadOnlyMemory<byte> Of(T source, Func<T, ReadOnlyMemory<byte>> write)
    {
        var latest = _latest;
        if (!ReferenceEquals(latest?.Item1, source))
            _latest = latest = Tuple.Create(source, write(source));
        return latest!.Item2;
    }
}
