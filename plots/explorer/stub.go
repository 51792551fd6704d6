package explorer

type sittings struct{}

func newSittings(string) *sittings { return &sittings{} }

type hub struct{}

func newHub() *hub { return &hub{} }

var exportFormats = map[string][]string{}
