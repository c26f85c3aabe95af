using WazoPlugind.Platform.Configuration.Rules;

namespace WazoPlugind.Platform.Configuration;

/// <summary>The store of operations (key <c>operations</c>).</summary>
public sealed record OperationsConfiguration
{
    /// <summary>The SQLite file.</summary>
    [AbsolutePath]
    public string Database { get; init; } = "/var/lib/wazo-plugind/operations.db";

    /// <summary>The database's files: its log and its index of that lie beside it (https://www.sqlite.org/wal.html), and what tells of changes.</summary>
    public IReadOnlyList<string> DatabaseFiles() => [Database, Database + "-wal", Database + "-shm", Database + ".changed"];

    /// <summary>Days that an operation is kept after its end.</summary>
    [Between(1, 36500, "days")]
    public int KeepDays { get; init; } = 90;

    /// <summary>Ended operations that are kept at most.</summary>
    [Between(1, 100000000)]
    public int KeepCount { get; init; } = 10000;
}
