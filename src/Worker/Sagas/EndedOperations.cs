using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Sagas;

/// <summary>
/// Tells which operations have ended, as far as this machine knows: a builder elsewhere has no database. A builder is another process,
/// which does not know when the database is set aside: so it tidies nothing away, and keeps nothing open.
/// </summary>
/// <param name="configuration">Says where the database is.</param>
/// <param name="logger">Is told of a database that cannot be read.</param>
internal sealed partial class EndedOperations(PlugindConfiguration configuration, ILogger<EndedOperations> logger) : IEndedOperations
{
    private readonly string _readOnly = new SqliteConnectionStringBuilder
    {
        DataSource = configuration.Operations.Database,
        Mode = SqliteOpenMode.ReadOnly,
        Pooling = false,
        DefaultTimeout = 10,
    }.ToString();

    /// <inheritdoc/>
    public bool HasEnded(Guid operation)
    {
        if (!File.Exists(configuration.Operations.Database))
            return false;
        try
        {
            using var connection = new SqliteConnection(_readOnly);
            connection.Open();
            return connection.ExecuteScalar<string?>(
                "SELECT finished_at FROM operations WHERE uuid = @uuid", new { uuid = operation.ToString() }) is not null;
        }
        catch (SqliteException e)
        {
            // Work that is done for an ended operation is discarded; work that is not done would hold up one that has not.
            LogUnreadable(configuration.Operations.Database, e.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Database} cannot be read: {Reason}")]
    private partial void LogUnreadable(string database, string reason);
}
