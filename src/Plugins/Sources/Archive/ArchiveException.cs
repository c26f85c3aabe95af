namespace WazoPlugind.Plugins.Sources.Archive;

/// <summary>An archive is refused. What reads it is in the midst of streams; who asked for it makes a failure of this.</summary>
/// <param name="reason">Why, in a sentence.</param>
internal sealed class ArchiveException(string reason) : Exception(reason);
