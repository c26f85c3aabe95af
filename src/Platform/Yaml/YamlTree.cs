using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace WazoPlugind.Platform.Yaml;

/// <summary>A node of a YAML document. YamlDotNet's own tree refuses a key that is twice in a mapping; here every pair is kept.</summary>
/// <param name="Start">Where it begins.</param>
internal abstract record YamlTree(Mark Start)
{
    /// <summary>Reads the first document of a YAML text; the others must be YAML too.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="maxDepth">How deep its collections may nest: a stack overflow cannot be caught. The parser does not recurse.</param>
    /// <returns>Its root, or <c>null</c> when there is no document.</returns>
    /// <exception cref="YamlException">The text is not YAML.</exception>
    /// <exception cref="YamlFormatException">It nests deeper.</exception>
    public static YamlTree? Read(string yaml, int maxDepth)
    {
        // The parser takes the mark for a part of the first key.
        var parser = new Parser(new StringReader(yaml.TrimStart('\uFEFF')));
        parser.Consume<StreamStart>();
        var root = parser.TryConsume<DocumentStart>(out _) ? new Reader(parser, maxDepth).Read(0) : null;
        while (parser.MoveNext())
        {
        }

        return root;
    }

    /// <summary>A scalar.</summary>
    /// <param name="Scalar">Its text, style and tag.</param>
    public sealed record Leaf(Scalar Scalar) : YamlTree(Scalar.Start);

    /// <summary>A sequence.</summary>
    /// <param name="Start">Where it begins.</param>
    /// <param name="Items">Its items.</param>
    public sealed record Sequence(Mark Start, List<YamlTree> Items) : YamlTree(Start);

    /// <summary>A mapping.</summary>
    /// <param name="Start">Where it begins.</param>
    /// <param name="Pairs">Its pairs, in the order in which they are written.</param>
    public sealed record Mapping(Mark Start, List<(YamlTree Key, YamlTree Value)> Pairs) : YamlTree(Start);

    private sealed class Reader(IParser parser, int maxDepth)
    {
        private readonly Dictionary<AnchorName, YamlTree> _anchors = [];

        public YamlTree Read(int depth)
        {
            var start = parser.Consume<ParsingEvent>();
            if (start.NestingIncrease > 0 && depth == maxDepth)
                throw new YamlFormatException($"line {start.Start.Line}: nested deeper than {maxDepth} levels");
            switch (start)
            {
                case MappingStart mappingStart:
                    var mapping = Keep(mappingStart, new Mapping(start.Start, []));
                    while (!parser.TryConsume<MappingEnd>(out _))
                        mapping.Pairs.Add((Read(depth + 1), Read(depth + 1)));
                    return mapping;
                case SequenceStart sequenceStart:
                    var sequence = Keep(sequenceStart, new Sequence(start.Start, []));
                    while (!parser.TryConsume<SequenceEnd>(out _))
                        sequence.Items.Add(Read(depth + 1));
                    return sequence;
                case AnchorAlias alias:
                    return _anchors.GetValueOrDefault(alias.Value)
                        ?? throw new YamlFormatException($"line {alias.Start.Line}: an alias without its anchor");
                default:
                    var scalar = (Scalar)start;
                    return Keep(scalar, new Leaf(scalar));
            }
        }

        // Before its content is read: an alias in it means the node itself.
        private T Keep<T>(NodeEvent start, T node)
            where T : YamlTree
        {
            if (!start.Anchor.IsEmpty)
                _anchors[start.Anchor] = node;
            return node;
        }
    }
}
